// What every page starts. Each module stands by itself; without any of them the pages still work.
import { hear } from "./live.js";
import { listen } from "./keys.js";
import { tell } from "./times.js";
import { tryOut } from "./try.js";

tell();
listen();
hear();
tryOut();
