import { compareWith } from "../suite";

compareWith("1.35.4");
