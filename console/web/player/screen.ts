/* Full screen and picture in picture, in the standard form and in Apple's for the iPhone. */

interface AppleVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void;
}

export function canFullscreen(video: HTMLVideoElement): boolean {
  return document.fullscreenEnabled || (video as AppleVideo).webkitEnterFullscreen !== undefined;
}

export function leaveOrEnterFullscreen(stage: HTMLElement, video: HTMLVideoElement): void {
  if (document.fullscreenElement !== null) {
    void document.exitFullscreen();
  } else if (document.fullscreenEnabled) {
    void stage.requestFullscreen().catch(() => undefined); // the viewer or the frame said no
  } else {
    (video as AppleVideo).webkitEnterFullscreen?.();
  }
}

export function canPicture(): boolean {
  return document.pictureInPictureEnabled === true;
}

export function togglePicture(video: HTMLVideoElement): void {
  if (!canPicture()) return;
  const done =
    document.pictureInPictureElement === null
      ? video.requestPictureInPicture()
      : document.exitPictureInPicture();
  void done.catch(() => undefined); // refused while there is no picture yet
}
