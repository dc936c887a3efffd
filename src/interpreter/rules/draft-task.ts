/** What every kind of sentence is read into. */
import type { Task } from '../../catalogue/task.js';

export interface Draft {
  /** Several where the sentence can be meant in several ways. */
  tasks: Task[];
}

export type Picked = Partial<Pick<Task, 'order' | 'limit'>>;
