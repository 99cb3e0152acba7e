/**
 * RTMP engines: one object for each connection, fed bytes and the time, polled for what to do.
 *
 * <p>{@link dev.sluice.session.rtmp.RtmpServerSession} answers encoders and players; {@link
 * dev.sluice.session.rtmp.RtmpClientSession} publishes or plays. Both follow RTMP 1.0 (Adobe,
 * 2012), Enhanced RTMP v2 (reconnect request, capabilities of {@code connect}) and, where these are
 * silent, what SRS, FMS and the clients of the field do.
 *
 * <p>Rules: no I/O, no threads, no clock; each object belongs to one thread. Times are nanoseconds
 * of one monotonic clock whose beginning does not matter. Buffers passed in are borrowed and read
 * to their end; buffers in outputs are owned by the caller. Every method may make outputs: poll
 * until null after each call. Nothing that a peer sends throws; it ends in {@link
 * dev.sluice.session.rtmp.Closed} with one sentence, after the protocol's own answer.
 *
 * <p>The client as a library, here with a blocking socket on a thread of its own:
 *
 * {@snippet :
 * static void play(String url, Consumer<MediaReceived> media) throws IOException {
 *   RtmpTarget target = RtmpTarget.parse(url, RtmpTarget.Purpose.PLAY);
 *   try (var socket = new Socket(target.host(), target.port())) {
 *     socket.setSoTimeout(100);
 *     var session =
 *         new RtmpClientSession(
 *             RtmpClientSettings.DEFAULT,
 *             target,
 *             new SecureRandom(),
 *             UnpooledByteBufAllocator.DEFAULT,
 *             System.nanoTime());
 *     byte[] buffer = new byte[65536];
 *     while (carryOut(session, socket, media)) {
 *       try {
 *         int length = socket.getInputStream().read(buffer);
 *         if (length < 0) {
 *           break;
 *         }
 *         session.receive(Unpooled.wrappedBuffer(buffer, 0, length), System.nanoTime());
 *       } catch (SocketTimeoutException nothingCame) {
 *         session.tick(System.nanoTime());
 *       }
 *     }
 *     session.release();
 *   }
 * }
 *
 * static boolean carryOut(RtmpClientSession session, Socket socket, Consumer<MediaReceived> media)
 *     throws IOException {
 *   for (ClientOutput output; (output = session.poll()) != null; ) {
 *     switch (output) {
 *       case Send(ByteBuf bytes) -> {
 *         bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
 *         bytes.release();
 *       }
 *       case MediaReceived message -> {
 *         media.accept(message); // reads it, keeps nothing
 *         message.body().release();
 *       }
 *       case ClientOutput.Redirected(RtmpTarget elsewhere, String why) -> {
 *         System.out.println("go to " + elsewhere + ": " + why);
 *       }
 *       case ClientOutput.Ready _, ClientOutput.StatusReceived _ -> {}
 *       case Closed(String reason, Closed.Cause _) -> {
 *         System.out.println(reason);
 *         return false;
 *       }
 *     }
 *   }
 *   return true;
 * }
 * }
 */
@NullMarked
package dev.sluice.session.rtmp;

import org.jspecify.annotations.NullMarked;
