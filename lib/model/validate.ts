/** Everything that can be wrong with props, all at once. Pure: whether a value is a token is told by a predicate. */
export { validateAddons } from "./validate/addons";
export { validateControlPlane, validateEtcd } from "./validate/control-plane";
export { validateNodeJoin } from "./validate/node-join";
export { type ControlPlanePart, type PoolPart, validateTogether } from "./validate/together";
