import { runProgram } from "@fogwot/core/base";
import { driverProgram } from "./program";

runProgram("fog:driver", driverProgram);
