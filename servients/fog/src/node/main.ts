import { runProgram } from "@fogwot/core";
import { fogNodeProgram } from "./program";

runProgram("fog:node", fogNodeProgram);
