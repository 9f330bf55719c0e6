declare const __BUILD__: string;

/** The commit of this build, or its version (`scripts/publish.mjs`). */
export const BUILD: string = __BUILD__;
