import { html, nothing, type TemplateResult } from 'lit';
import type { PageContext } from '../page-context.ts';
import { budgetPlot } from './budget-plot.ts';

const BOT_STATES = { starting: 'is connecting', running: 'is running', stopped: 'has stopped' } as const;

/** What happens behind the channel, and the knobs for trouble. @param nowMs moves the plot on */
export function panelView(page: PageContext, note: string, nowMs: number): TemplateResult {
  const { bot, segmind, jobs, violations, faults, activity } = page.state;
  return html`<aside aria-label="Behind the scenes">
    <section>
      <h2>Bot</h2>
      <p data-bot-state=${bot.state}>The bot ${BOT_STATES[bot.state]}${bot.pid ? html`, process ${bot.pid}` : nothing}.</p>
      <button class="button danger" ?disabled=${bot.state !== 'running'} @click=${() => page.run({ do: 'kill' })}>
        Kill it
      </button>
      <button class="button success" ?disabled=${bot.state !== 'stopped'} @click=${() => page.run({ do: 'start' })}>
        Start it again
      </button>
    </section>
    <section>
      <h2>Trouble</h2>
      <div class="knobs">
        ${faults.map(
          ({ name, description }) => html`<button
              class="button ${name === 'fix' ? 'success' : 'secondary'}"
              aria-describedby="knob-${name}"
              @click=${() => page.run({ do: 'fault', name })}
            >
              ${name}
            </button>
            <small id="knob-${name}">${description}</small>`,
        )}
      </div>
      <p role="status">${note}</p>
    </section>
    <section>
      <h2>Broken rules</h2>
      ${
        violations.length === 0
          ? html`<p>None.</p>`
          : html`<ul class="violations">
              ${violations.map(({ of, rule, detail }) => html`<li>${of}: ${rule}: ${detail}</li>`)}
            </ul>`
      }
    </section>
    <section>
      <h2>Jobs</h2>
      ${
        Object.keys(jobs).length === 0
          ? html`<p>None yet.</p>`
          : html`<dl>
              ${Object.entries(jobs).map(([state, count]) => html`<div><dt>${state}</dt><dd>${count}</dd></div>`)}
            </dl>`
      }
    </section>
    <section>
      <h2>Segmind</h2>
      ${budgetPlot(segmind, nowMs)}
      <p>Credits: $${segmind.creditsUsd.toFixed(2)}</p>
      <ol class="submits" tabindex="0" aria-label="Submits, latest first">
        ${[...segmind.submits]
          .reverse()
          .map(
            ({ atMs, prompt, status, state }) =>
              html`<li><time>${clock(atMs)}</time> <b>${status || '…'} ${state ?? ''}</b> ${prompt}</li>`,
          )}
      </ol>
    </section>
    <section class="activity">
      <h2>Between Discord and the bot</h2>
      <ol tabindex="0" aria-label="Interactions, callbacks and edits, latest first">
        ${[...activity].reverse().map(
          ({ atMs, kind, text, status }) => html`<li class=${kind}>
              <time>${clock(atMs)}</time> ${text}
              ${status === undefined ? nothing : html`<b class=${status >= 400 ? 'failed' : ''}>${status || '…'}</b>`}
            </li>`,
        )}
      </ol>
    </section>
  </aside>`;
}

function clock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString('en-GB');
}
