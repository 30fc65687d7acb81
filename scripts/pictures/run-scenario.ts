import { takeMembers } from './take-members.ts';
import { takeModerators } from './take-moderators.ts';
import { takeTour } from './take-tour.ts';

const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  tour: takeTour,
  members: takeMembers,
  moderators: takeModerators,
};

await SCENARIOS[process.argv[2] ?? '']?.();
