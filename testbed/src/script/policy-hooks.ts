import { installHooks } from "./hooks";

/**
 * Required by the thread of each live policy before the policy itself: an author's policy may be
 * TypeScript, and finds `@fogwot/*` wherever it lies on disk.
 */
installHooks();
process.setSourceMapsEnabled(true);
