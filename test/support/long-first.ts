/** Tiers with long files first, so that none of them goes on alone while the other workers have nothing left to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const TIERS = ['kafka', 'e2e', 'e2e-kafka', 'int', 'unit'];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Within a tier as Vitest has it: by how long a file took last, or else by its size.
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}

const placeOf = ({ project }: TestSpecification) => TIERS.indexOf(project.name);
