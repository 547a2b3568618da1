import { runProgram } from "@fogwot/core";
import { emulationProgram } from "./program";

runProgram("testbed:emulation", emulationProgram);
