package dev.sluice.mux.packager;

import dev.sluice.mux.packager.SegmentMark.OfTrack;
import dev.sluice.mux.packager.SegmentMark.Shape;
import dev.sluice.wire.Bytes;
import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@link SegmentMark} of each segment that passes through it, on its way to somebody else.
 */
public final class SegmentMarks extends ForwardingOutput {
  /** Marks that are kept. */
  public static final int MAX_MARKS = 128;

  private final Map<Integer, Open> open = new HashMap<>();
  private final Map<Long, TreeMap<Integer, OfTrack>> gathered = new HashMap<>();
  private final ArrayDeque<SegmentMark> marks = new ArrayDeque<>();
  private Consumer<SegmentMark> closed = _ -> {};

  /** The segment of a track that is being made. */
  private static final class Open {
    final Cut cut;
    final MessageDigest digest = sha256();
    final List<Shape> parts = new ArrayList<>();

    Open(Cut cut) {
      this.cut = cut;
    }
  }

  /** Passes all on to {@code to}. */
  public SegmentMarks(PackagerOutput to) {
    super(to);
  }

  /** Each mark goes to {@code then} from now on. */
  public void onClosed(Consumer<SegmentMark> then) {
    closed = then;
  }

  /** The last ones, in order. */
  public List<SegmentMark> all() {
    return List.copyOf(marks);
  }

  /** The mark of a segment; null when it is not whole, or not known any more. */
  public @Nullable SegmentMark byNumber(long number) {
    for (SegmentMark mark : marks) {
      if (mark.cut().number() == number) {
        return mark;
      }
    }
    return null;
  }

  /** The SHA-256 of bytes, which are borrowed. */
  public static Bytes sha256(ByteBuf bytes) {
    MessageDigest digest = sha256();
    update(digest, bytes);
    return Bytes.of(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private static void update(MessageDigest digest, ByteBuf bytes) {
    for (var buffer : bytes.nioBuffers()) {
      digest.update(buffer);
    }
  }

  @Override
  public void part(Part part) {
    int id = part.track().id();
    Open of = open.get(id);
    if (of == null || !of.cut.equals(part.cut())) {
      of = new Open(part.cut());
      open.put(id, of);
    }
    update(of.digest, part.bytes());
    of.parts.add(shape(part));
    super.part(part);
  }

  private static Shape shape(Part part) {
    return new Shape(
        part.bytes().readableBytes(),
        part.startDts(),
        part.duration(),
        part.units(),
        part.independent());
  }

  @Override
  public void segment(TrackSegment segment) {
    Open of = open.remove(segment.track().id());
    boolean known = of != null && of.cut.equals(segment.cut());
    gather(
        segment,
        known && of != null ? Bytes.of(of.digest.digest()) : Bytes.of(sha256().digest()),
        known && of != null ? of.parts : List.of());
    super.segment(segment);
  }

  private void gather(TrackSegment segment, Bytes sha256, List<Shape> parts) {
    gathered
        .computeIfAbsent(segment.cut().number(), _ -> new TreeMap<>())
        .put(
            segment.track().id(),
            new OfTrack(segment.track(), segment.startPts(), segment.duration(), sha256, parts));
  }

  @Override
  public void ended(Cut cut, long end90k) {
    super.ended(cut, end90k);
    TreeMap<Integer, OfTrack> tracks = gathered.remove(cut.number());
    gathered.keySet().removeIf(number -> number < cut.number());
    add(new SegmentMark(cut, end90k, tracks == null ? List.of() : List.copyOf(tracks.values())));
  }

  private void add(SegmentMark mark) {
    marks.removeIf(known -> known.cut().number() == mark.cut().number());
    marks.add(mark);
    if (marks.size() > MAX_MARKS) {
      marks.removeFirst();
    }
    closed.accept(mark);
  }

  @Override
  public void withdrawn(long number) {
    open.clear();
    gathered.keySet().removeIf(each -> each >= number);
    marks.removeIf(mark -> mark.cut().number() >= number);
    super.withdrawn(number);
  }

  @Override
  public void replaced(TrackSegment segment, List<Part> parts) {
    MessageDigest digest = sha256();
    parts.forEach(part -> update(digest, part.bytes()));
    OfTrack now =
        new OfTrack(
            segment.track(),
            segment.startPts(),
            segment.duration(),
            Bytes.of(digest.digest()),
            parts.stream().map(SegmentMarks::shape).toList());
    List<SegmentMark> all = List.copyOf(marks);
    marks.clear();
    for (SegmentMark mark : all) {
      boolean same = mark.cut().number() == segment.cut().number();
      marks.add(same ? with(mark, now) : mark);
    }
    super.replaced(segment, parts);
  }

  private static SegmentMark with(SegmentMark mark, OfTrack now) {
    var tracks = new TreeMap<Integer, OfTrack>();
    mark.tracks().forEach(each -> tracks.put(each.track().id(), each));
    tracks.put(now.track().id(), now);
    return new SegmentMark(mark.cut(), mark.end90k(), List.copyOf(tracks.values()));
  }
}
