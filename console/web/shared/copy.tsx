/* One line of text with a button that copies it. */

import { useEffect, useState } from 'preact/hooks';
import { CheckIcon, CopyIcon } from './icons.tsx';

const SAID_MS = 1_800;

interface Props {
  readonly label: string;
  readonly text: string;
  /** Breaks the text into lines instead of letting it scroll. */
  readonly long?: boolean;
}

export function CopyRow({ label, text, long = false }: Props) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = window.setTimeout(() => setCopied(false), SAID_MS);
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <div class={`copy-row ${long ? 'long' : ''}`}>
      <span class="copy-label">{label}</span>
      <code tabIndex={0}>{text}</code>
      <button
        type="button"
        class="icon-button"
        aria-label={copied ? `${label}: copied` : `Copy ${label}`}
        onClick={async () => setCopied(await copyText(text))}
      >
        {copied ? <CheckIcon /> : <CopyIcon />}
      </button>
    </div>
  );
}

/** Plain HTTP pages have no clipboard API, so there is the old way as well. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'off-screen';
    // Inside an open dialog only the dialog's own content can be focused.
    (document.querySelector('dialog[open]') ?? document.body).append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}
