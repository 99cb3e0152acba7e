/* Entry of the page that measures a connection. All of its address's parameters go to the server. */

import { render } from 'preact';
import { BandwidthPage } from './page.tsx';

render(
  <BandwidthPage query={new URLSearchParams(location.search)} />,
  document.getElementById('page') as HTMLElement,
);
