package dev.sluice.node;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Somebody who watches a stream of a node, on a thread of his own, until he leaves or is ended. Of
 * what he gets he keeps digests.
 */
abstract class TestViewer {
  private static final Pattern REASON = Pattern.compile("\"reason\":\"([^\"]*)\"");

  private final Form form;
  private final Door door;
  private final String stream;
  private final String query;
  private final AtomicLong bytes = new AtomicLong();
  private final CompletableFuture<End> end = new CompletableFuture<>();

  /** A way to watch. */
  enum Form {
    RTMP("rtmp"),
    FLV("flv"),
    WS_FLV("ws-flv"),
    TS("ts"),
    AAC("aac"),
    /** Of transport streams, whose playlist is looked at every now and then. */
    HLS("hls"),
    /** Of parts, each of which is waited for. */
    LL_HLS("hls"),
    /** Of segments that are fetched while they are made. */
    DASH("dash");

    private final String protocol;

    Form(String protocol) {
      this.protocol = protocol;
    }

    /** As sessions and metrics have it. */
    String protocol() {
      return protocol;
    }

    /** Whether he fetches pieces by himself, so that nobody hears at once when he goes. */
    boolean fetches() {
      return switch (this) {
        case RTMP, FLV, WS_FLV, TS, AAC -> false;
        case HLS, LL_HLS, DASH -> true;
      };
    }
  }

  /**
   * A node as its viewers reach it.
   *
   * @param requests is held while a piece is fetched
   */
  record Door(HttpClient http, Node node, Lock requests) {
    URI uri(String path) {
      return URI.create("http://127.0.0.1:" + node.httpPort()).resolve(path);
    }
  }

  /**
   * An end.
   *
   * @param how what he was told, or {@code left} when he wanted it
   * @param atNs when he saw it, on the monotonic clock
   */
  record End(String how, long atNs) {}

  /**
   * Somebody who watches {@code stream}; {@code query} is empty or what follows a question mark.
   */
  TestViewer(Form form, Door door, String stream, String query) {
    this.form = form;
    this.door = door;
    this.stream = stream;
    this.query = query;
  }

  /** Begins to watch. */
  static TestViewer start(Form form, Door door, String stream, String query) {
    TestViewer viewer =
        form.fetches()
            ? new FetchingViewer(form, door, stream, query)
            : new ConnectedViewer(form, door, stream, query);
    Thread.ofVirtual().name(viewer.toString()).start(viewer::run);
    return viewer;
  }

  private void run() {
    String how;
    try {
      how = watch();
    } catch (IOException | InterruptedException | RuntimeException failed) {
      how = failed.toString();
    }
    end.complete(new End(isLeaving() ? "left" : how, System.nanoTime()));
  }

  /** Watches until the end; what it was. */
  abstract String watch() throws IOException, InterruptedException;

  /** Whether {@link #leave} was called. */
  abstract boolean isLeaving();

  /** Goes. Any thread. */
  abstract void leave();

  Form form() {
    return form;
  }

  Door door() {
    return door;
  }

  /** The path of what is asked for first. */
  String path(String suffix) {
    return "/" + stream + suffix + question();
  }

  String stream() {
    return stream;
  }

  /** The query with its question mark; empty when there is none. */
  String question() {
    return query.isEmpty() ? "" : "?" + query;
  }

  /** He has got so much more. */
  void got(long more) {
    bytes.addAndGet(more);
  }

  /** Bytes that he has got: media, and over HTTP whatever stood in answers that were good. */
  long bytes() {
    return bytes.get();
  }

  /** How it ends. */
  CompletableFuture<End> end() {
    return end;
  }

  boolean isOver() {
    return end.isDone();
  }

  /** Status and reason of an answer that is none he has come for. */
  static String refusal(int status, byte[] body) {
    Matcher reason = REASON.matcher(new String(body, StandardCharsets.UTF_8));
    return status + " " + (reason.find() ? reason.group(1) : "");
  }

  static HttpRequest request(URI address) {
    return HttpRequest.newBuilder(address).build();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it
    }
  }

  @Override
  public String toString() {
    return form + " of " + stream;
  }
}
