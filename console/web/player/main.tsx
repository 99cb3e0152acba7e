/* Entry of the player page: reads the address once and draws the page for it. */

import { render } from 'preact';
import { flag, mediaQuery } from '../shared/addresses.ts';
import { streamOfAddress } from '../shared/stream-name.ts';
import { Wordmark } from '../shared/icons.tsx';
import { abilitiesOf, choosableEngines, chooseEngines, isEngineName, OFFERED } from './engines.ts';
import { PlayerPage } from './page.tsx';

const query = new URLSearchParams(location.search);
const stream = streamOfAddress(location.pathname, query);
const root = document.getElementById('page') as HTMLElement;

if (stream.ok) {
  document.title = `${stream.name} · Sluice`;
  const embed = flag(query, ['embed'], false);
  document.documentElement.classList.toggle('embed', embed);
  const can = abilitiesOf(window);
  const asked = query.get('engine');
  render(
    <PlayerPage
      target={{
        place: location,
        stream: stream.name,
        query: mediaQuery(query),
        automatic: chooseEngines(OFFERED, can),
        asked: isEngineName(asked) ? chooseEngines(OFFERED, can, asked) : null,
        choosable: choosableEngines(OFFERED, can),
      }}
      embed={embed}
      autoplay={flag(query, ['autoplay'], true)}
      muted={flag(query, ['muted', 'mute'], false)}
      controls={flag(query, ['controls'], true)}
      stats={flag(query, ['stats'], false)}
    />,
    root,
  );
} else {
  render(
    <main class="nothing">
      <Wordmark />
      <h1>No stream here</h1>
      <p>{stream.reason}</p>
      <a class="button" href="/">
        What is live
      </a>
    </main>,
    root,
  );
}
