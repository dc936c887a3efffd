/**
 * Durable jobs: what a saga turns an event into, so that slow work never holds a partition. A job runs at
 * least once; what it does must end in a command that is harmless to repeat.
 */
import type { z } from 'zod';

/** Tries of a job before it is left for a person, with graphile-worker's backoff (exp(attempt) seconds). */
export const JOB_ATTEMPTS_MAX = 25;

/**
 * Jobs of one lane share its places; no lane waits for another. `outside` is for jobs that wait for services which may
 * be slow or silent (models): with them in one lane, confirmed changes would wait behind somebody else's outage. `voice` is
 * the same for the transcription service, whose requests take ten times as long and each hold a recording in memory.
 */
export const JOB_LANES = ['quick', 'outside', 'voice'] as const;
export type JobLane = (typeof JOB_LANES)[number];

export interface JobRequest {
  /** Name of the job's definition. */
  job: string;
  /** JSON. Parsed by the definition's schema when it runs. */
  payload: unknown;
  /** Jobs with the same key are one job: a repeated request replaces the waiting one. */
  key: string;
  /** Jobs of one queue run one after another, in order. */
  queue?: string;
  /** Not before this time (ISO 8601). */
  runAt?: string;
}

/** One try of a job. */
export interface JobAttempt {
  /** From 1. */
  number: number;
  /** No further try will follow. */
  lastAttempt: boolean;
  /** Aborted when the process is to end and has waited long enough. */
  signal: AbortSignal;
}

export interface JobDefinition<Payload = unknown> {
  name: string;
  /** `quick` when absent. */
  lane?: JobLane;
  payload: z.ZodType<Payload>;
  /** Asked for by itself at these times: a crontab's five fields, UTC. Once, however many processes there are. */
  cron?: string;
  /**
   * Runs outside any transaction. A throw means "try again later"; an expected failure is recorded on its
   * stream instead.
   */
  run(payload: Payload, attempt: JobAttempt): Promise<void>;
}

export const defineJob = <Payload>(definition: JobDefinition<Payload>) => definition as JobDefinition<never>;
