package org.thalweg.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A line of the report: a work of ours beside that of a peer. What a peer gives is `null` where
/// there is none, what depends on a limit where there is no limit.
///
/// @param work its name
/// @param threads of both sides
/// @param unit of `ours`, `peer` and `limit`: a time, so that less is better
/// @param ours the median over all rounds of all forks
/// @param peer the same of the peer
/// @param peerName library, version and way
/// @param ratio peer ÷ ours: above 1 where ours is faster
/// @param spread half the distance between the quartiles of that ratio, round by round, in per
///   cent; of `ours` where there is no peer
/// @param percentOfLimit how near ours comes to the machine's limit
/// @param peerPercentOfLimit how near the peer comes to it
/// @param limitName what was measured as the limit
/// @param limit the time at that limit
/// @param allocatedBytes the bytes of heap that a repetition of ours took, on all threads together
/// @param peakBytes how much memory a process of ours took at most for this work alone
/// @param peerPeakBytes the same of the peer
/// @param run when and how it was measured
public record Row(
    String work,
    int threads,
    String unit,
    double ours,
    @Nullable Double peer,
    @Nullable String peerName,
    @Nullable Double ratio,
    double spread,
    @Nullable Double percentOfLimit,
    @Nullable Double peerPercentOfLimit,
    @Nullable String limitName,
    @Nullable Double limit,
    double allocatedBytes,
    @Nullable Double peakBytes,
    @Nullable Double peerPeakBytes,
    Run run) {
  private static final MathContext DIGITS = new MathContext(5);

  /// The version in the name of a peer, and no number that belongs to the name.
  private static final Pattern VERSION = Pattern.compile(" \\d+\\.[^,]*");

  /// Whether this is of the same work on as many threads, perhaps beside another peer.
  public boolean isOfSameWork(Row other) {
    return work.equals(other.work) && threads == other.threads;
  }

  /// Whether this is of the same work on as many threads beside the same peer in the same way, in
  /// whatever version.
  boolean isBesideSamePeer(Row other) {
    return isOfSameWork(other)
        && Objects.equals(unversioned(peerName), unversioned(other.peerName));
  }

  private static @Nullable String unversioned(@Nullable String name) {
    return name == null ? null : VERSION.matcher(name).replaceFirst("");
  }

  /// The peer without its way; `null` where there is none.
  @Nullable String library() {
    return peerName == null ? null : peerName.replaceAll(",.*", "");
  }

  /// The same without its version; `nobody` where there is none.
  String shortLibrary() {
    String library = unversioned(library());
    return library == null ? "nobody" : library;
  }

  /// The same with as many digits as mean something.
  public Row rounded() {
    return new Row(
        work,
        threads,
        unit,
        digits(ours),
        rounded(peer),
        peerName,
        rounded(ratio),
        digits(spread),
        rounded(percentOfLimit),
        rounded(peerPercentOfLimit),
        limitName,
        rounded(limit),
        Math.rint(allocatedBytes),
        peakBytes,
        peerPeakBytes,
        run);
  }

  private static @Nullable Double rounded(@Nullable Double value) {
    return value == null ? null : digits(value);
  }

  private static double digits(double value) {
    return BigDecimal.valueOf(value).round(DIGITS).doubleValue();
  }
}
