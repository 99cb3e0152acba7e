/* Addresses of the stream for others: page, iframe, and media players. No token is ever in them. */

import { useEffect, useRef, useState } from 'preact/hooks';
import {
  advertised,
  embedCode,
  hlsUrl,
  httpFlvUrl,
  playerUrl,
  rtmpUrl,
  webSocketFlvUrl,
  type EmbedOptions,
} from '../shared/addresses.ts';
import { CopyRow } from '../shared/copy.tsx';
import { CloseIcon } from '../shared/icons.tsx';
import type { Target } from './player.ts';

interface Props {
  readonly target: Target;
  readonly rtmpPort: number;
  /** Where others reach the server, where it says so; else empty. */
  readonly http: string;
  readonly rtmp: string;
  readonly onClose: () => void;
}

export function SharePanel({ target, rtmpPort, http, rtmp, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [options, setOptions] = useState<EmbedOptions>({ autoplay: true, muted: false, controls: true });
  useEffect(() => dialog.current?.showModal(), []);
  const { stream } = target;
  const place = advertised(target.place, http);
  const option = (key: keyof EmbedOptions, label: string) => (
    <label class="check">
      <input
        type="checkbox"
        checked={options[key]}
        onChange={(event) => setOptions({ ...options, [key]: event.currentTarget.checked })}
      />
      {label}
    </label>
  );
  return (
    <dialog
      ref={dialog}
      class="share"
      aria-labelledby="share-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close(); // the backdrop
      }}
    >
      <div class="share-body">
        <div class="share-head">
          <h2 id="share-title">Share {stream}</h2>
          <button
            type="button"
            class="icon-button"
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            <CloseIcon />
          </button>
        </div>
        <CopyRow label="Page" text={playerUrl(place, stream)} />
        <CopyRow label="RTMP" text={rtmpUrl(place, stream, rtmpPort, rtmp)} />
        <CopyRow label="HTTP-FLV" text={httpFlvUrl(place, stream)} />
        <CopyRow label="WebSocket-FLV" text={webSocketFlvUrl(place, stream)} />
        <CopyRow label="HLS" text={hlsUrl(place, stream)} />
        <h3>On a page of your own</h3>
        <div class="checks">
          {option('autoplay', 'starts by itself')}
          {option('muted', 'without sound')}
          {option('controls', 'with controls')}
        </div>
        <CopyRow label="iframe" text={embedCode(place, stream, options)} long />
      </div>
    </dialog>
  );
}
