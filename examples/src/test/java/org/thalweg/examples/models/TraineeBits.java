package org.thalweg.examples.models;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import org.thalweg.autodiff.Engine;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.kernel.WarmUp;

/// A program that trains a model of every kind and prints the hash of all weights, and what ran:
/// [TraineeBitsTest] starts it in many ways.
public final class TraineeBits {
  private TraineeBits() {}

  /// Arguments: threads, `cold` or `warm`, `small` or `large`.
  public static void main(String[] args) {
    Engine.setThreads(Integer.parseInt(args[0]));
    boolean isLarge = args[2].equals("large");
    int steps = isLarge ? 12 : 24;
    if (args[1].equals("warm")) {
      for (Trainee.Kind kind : Trainee.Kind.values()) {
        kind.make(isLarge).train(2);
      }
      Engine.awaitWarmUp();
    }
    Hasher all = Hashing.sha256().newHasher();
    for (Trainee.Kind kind : Trainee.Kind.values()) {
      Engine.Counts before = Engine.counts();
      Trainee trainee = kind.make(isLarge);
      trainee.train(steps);
      Engine.Counts after = Engine.counts();
      Hasher own = Hashing.sha256().newHasher();
      for (Parameter parameter : trainee.model().parameters()) {
        for (float value : parameter.toFloats()) {
          // NaN counts as one value, and would be no training.
          own.putInt(Float.floatToIntBits(value));
        }
      }
      String hash = own.hash().toString();
      all.putUnencodedChars(hash);
      System.out.printf(
          "%s %s %d %d%n",
          kind,
          hash.substring(0, 8),
          after.vectorProducts() - before.vectorProducts(),
          after.chunksByWorkers() - before.chunksByWorkers());
    }
    System.out.println("bits " + Engine.vectorBits());
    System.out.println("loops " + Engine.counts().vectorLoops());
    System.out.println("abandoned " + WarmUp.abandoned().size());
    WarmUp.abandoned().forEach(System.err::println);
    System.out.println("hash " + all.hash());
  }
}
