import { compareWith } from "../suite";

compareWith("1.36.3");
