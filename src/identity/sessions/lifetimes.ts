/** How long what a sign-in hands out is good for. */

/** An access token; shorter would refresh all the time, longer would outlive what it says. */
export const ACCESS_TOKEN_SECONDS = 600;
/** A session that is not refreshed ends. */
export const SESSION_IDLE_MS_MAX = 30 * 24 * 3_600_000;
/** A session ends, however much it is used. */
export const SESSION_AGE_MS_MAX = 90 * 24 * 3_600_000;
/** An answer to a refresh that was lost, or two tabs at the same moment: so long the same question has the same answer. */
export const REFRESH_REPEAT_MS_MAX = 10_000;
/** What has ended is kept that long for its user to see, then deleted with all its tokens. */
export const ENDED_SESSION_KEPT_MS = 30 * 24 * 3_600_000;
/** Of one user; the one that was not used for longest makes room. */
export const SESSIONS_MAX = 50;
