/* Icons drawn for this page, 24 × 24, in the colour of the text. The label is on the button. */

import type { ComponentChildren } from 'preact';

function icon(children: ComponentChildren) {
  return () => (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const speaker = <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.500z" fill="currentColor" />;

export const PlayIcon = icon(<path d="M8 5.500v13l10.5-6.500z" fill="currentColor" />);
export const PauseIcon = icon(<path d="M8.5 6v12M15.5 6v12" stroke-width="3" />);
export const SoundIcon = icon(
  <>
    {speaker}
    <path d="M15.5 9.200a4 4 0 0 1 0 5.600M18 6.500a8 8 0 0 1 0 11" />
  </>,
);
export const MutedIcon = icon(
  <>
    {speaker}
    <path d="m16 9.5 5 5m0-5-5 5" />
  </>,
);
export const FullscreenIcon = icon(<path d="M4 9V5h5M15 5h5v4M20 15v4h-5M9 19H4v-4" />);
export const LeaveFullscreenIcon = icon(<path d="M9 5v4H4M20 9h-5V5M15 19v-4h5M4 15h5v4" />);
export const PictureIcon = icon(
  <>
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <rect x="11.5" y="11.5" width="6.5" height="5" rx="1" fill="currentColor" stroke="none" />
  </>,
);
export const StatsIcon = icon(<path d="M5 19v-5M10 19V9M15 19v-8M20 19V5" />);
export const SettingsIcon = icon(
  <>
    <path d="M4 8h8M18 8h2M4 16h2M12 16h8" />
    <circle cx="15" cy="8" r="2.5" />
    <circle cx="9" cy="16" r="2.5" />
  </>,
);
export const ShareIcon = icon(<path d="M12 15V4m0 0L8 8m4-4 4 4M5 13v5a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2v-5" />);
export const CopyIcon = icon(
  <>
    <rect x="9" y="9" width="11" height="11" rx="2" />
    <path d="M5.5 15H5a1.5 1.5 0 0 1-1.5-1.500V5A1.5 1.5 0 0 1 5 3.500h8.500A1.5 1.5 0 0 1 15 5v.5" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.500L19 7.5" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const ViewersIcon = icon(
  <>
    <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z" />
    <circle cx="12" cy="12" r="3" />
  </>,
);

/** The mark (a sluice gate over water) with the name. */
export function Wordmark() {
  return (
    <a class="wordmark" href="/" aria-label="Sluice, list of streams">
      <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
        <path
          class="gate"
          d="M7 27V6.500M25 27V6.500M5 6.500h22M16 4v6"
          fill="none"
          stroke-width="2.4"
          stroke-linecap="round"
        />
        <rect class="panel" x="10" y="9.5" width="12" height="6.2" rx="1.4" />
        <path
          class="water"
          d="M9.6 20.400c1.6-1.7 3.2-1.7 4.8 0s3.2 1.7 4.8 0 2.4-1.5 3.2-1.100M9.6 25.400c1.6-1.7 3.2-1.7 4.8 0s3.2 1.7 4.8 0 2.4-1.5 3.2-1.1"
          fill="none"
          stroke-width="2.4"
          stroke-linecap="round"
        />
      </svg>
      <span>sluice</span>
    </a>
  );
}
