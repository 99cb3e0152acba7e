/* Entry of the list page. An address with `?stream=` belongs to the player, whoever serves this file. */

import { render } from 'preact';
import { playerPath } from '../shared/addresses.ts';
import { parseStreamName } from '../shared/stream-name.ts';
import { ListPage } from './page.tsx';

const asked = parseStreamName(new URLSearchParams(location.search).get('stream') ?? '');
if (asked.ok) {
  location.replace(playerPath(asked.name));
} else {
  render(<ListPage place={location} />, document.getElementById('page') as HTMLElement);
}
