/** The real program, whose consumers are given up after seconds of silence instead of half a minute: for the short form. */
import { CONSUMER_TIMES } from '../../src/event-bus/kafka/kafka-event-bus.js';

CONSUMER_TIMES.sessionMs = 4_000;
CONSUMER_TIMES.heartbeatMs = 500;

await import('../../src/main.js');
