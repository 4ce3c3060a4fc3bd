import { compareWith } from "../suite";

compareWith("1.34.4");
