/**
 * @fogwot/mashups: what runs on the processing server, and what a mash-up author's script uses.
 */
export * from "./broker";
export * from "./directory";
export * from "./policies";
export * from "./sensing";
export * from "./server";
export * from "./store";
