import { eventBusContract } from '../../../test/contracts/event-bus.contract.js';
import { openEmbeddedBuses } from '../../../test/support/embedded-bus.js';

eventBusContract(openEmbeddedBuses);
