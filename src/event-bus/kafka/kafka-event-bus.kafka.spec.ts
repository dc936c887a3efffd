import { describe } from 'vitest';
import { eventBusContract } from '../../../test/contracts/event-bus.contract.js';
import { hasKafka, openKafkaBuses } from '../../../test/support/kafka-buses.js';

describe.runIf(hasKafka())('on Kafka', () => eventBusContract(() => openKafkaBuses()));
