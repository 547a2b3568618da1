import { runProgram } from "@fogwot/core";
import { benchmarkProgram } from "./program";

runProgram("testbed:benchmark", benchmarkProgram);
