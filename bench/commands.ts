import { availableParallelism } from 'node:os';
import { DiscordSandbox } from '../sandbox/discord/index.ts';
import { createMembers } from './load.ts';
import { report } from './report.ts';
import { measureRound, type Round } from './round.ts';
import { type Subject, startBareSubject, startBotSubject } from './subjects.ts';

const WORKLOAD = { jobsInFlight: 100, commands: 200, withinMs: 2_000 };
const MEMBERS = 25;
/** An odd number, so that one round is the median. */
const ROUNDS = 5;

/** Alternates between both processes, so that other load on the machine affects both. */
async function measure(discord: DiscordSandbox): Promise<{ bot: Round[]; bare: Round[] }> {
  const members = createMembers(discord, MEMBERS);
  const rounds: { bot: Round[]; bare: Round[] } = { bot: [], bare: [] };
  const start = {
    bot: () => startBotSubject(discord, WORKLOAD.jobsInFlight),
    bare: () => startBareSubject(discord),
  };
  // The bot comes first, because it registers the command that both receive.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of round % 2 === 0 ? (['bot', 'bare'] as const) : (['bare', 'bot'] as const)) {
      const subject: Subject = await start[name]();
      try {
        rounds[name].push(await measureRound(subject, discord, members, WORKLOAD));
      } finally {
        await subject.stop();
      }
    }
  }
  return rounds;
}

/** Compares how long the busy bot takes to acknowledge commands with a client that does nothing else. */
export async function measureCommands(): Promise<void> {
  const { commands, withinMs, jobsInFlight } = WORKLOAD;
  console.log(
    `${commands} commands from ${MEMBERS} members within ${withinMs / 1_000} s while ${jobsInFlight} jobs are in flight, then ${commands} more at once.
Medians of ${ROUNDS} rounds (lowest to highest); Node ${process.version} on ${process.platform}, ${availableParallelism()} cores.
`,
  );
  const discord = await DiscordSandbox.start();
  try {
    console.log(report(await measure(discord)));
    const [first] = discord.violations;
    if (first) throw new Error(`A rule of Discord's was broken, so these numbers are unreliable: ${first.detail}`);
  } finally {
    await discord.close();
  }
}
