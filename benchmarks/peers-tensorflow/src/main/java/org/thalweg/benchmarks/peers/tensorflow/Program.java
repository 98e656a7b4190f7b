package org.thalweg.benchmarks.peers.tensorflow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.family.TType;

/// A graph with its inputs, and a session of it for each number of threads: a session keeps the
/// threads with which it was made.
///
/// Sessions have variables of their own, which begin anew.
final class Program {
  /// Operations run one after the other on the thread that asks, and each spreads over the threads
  /// of its session: no thread has to be woken for a graph that is a chain.
  private static final int ON_THE_CALLER = -1;

  private final Graph graph = new Graph();
  private final Map<Placeholder<?>, Tensor> inputs = new LinkedHashMap<>();
  private final List<Operand<?>> results = new ArrayList<>();
  private final List<Op> targets = new ArrayList<>();
  private final Map<Integer, Session.Runner> runners = new HashMap<>();

  Graph graph() {
    return graph;
  }

  Ops operations() {
    return Ops.create(graph);
  }

  /// An input, which is handed over at each run without a copy. What hangs on a constant would be
  /// computed once, when the session is made.
  <T extends TType> Operand<T> input(Class<T> type, T values) {
    Placeholder<T> input = operations().placeholder(type, Placeholder.shape(values.shape()));
    inputs.put(input, values);
    return input;
  }

  /// What a run returns.
  void returns(Operand<?> result) {
    results.add(result);
  }

  /// What a run does besides.
  void does(Op target) {
    targets.add(target);
  }

  /// Computes everything once more. The results are to be closed, so that their memory can be used
  /// again.
  Result run(int threads) {
    return runners.computeIfAbsent(threads, this::runner).run();
  }

  private Session.Runner runner(int threads) {
    ConfigProto config =
        ConfigProto.newBuilder()
            .setIntraOpParallelismThreads(threads)
            .setInterOpParallelismThreads(ON_THE_CALLER)
            .build();
    Session.Runner runner = new Session(graph, config).runner();
    inputs.forEach(runner::feed);
    results.forEach(runner::fetch);
    targets.forEach(runner::addTarget);
    return runner;
  }
}
