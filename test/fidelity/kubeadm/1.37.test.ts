import { compareWith } from "../suite";

compareWith("1.37.2");
