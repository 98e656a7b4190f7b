package org.thalweg.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.thalweg.benchmarks.peers.Peer;
import org.thalweg.benchmarks.report.Commit;
import org.thalweg.benchmarks.report.Report;
import org.thalweg.benchmarks.report.Run;
import org.thalweg.benchmarks.work.Work;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command: our works and the peer's by turns, a table, and the same rows in a file.
@Command(
    name = "benchmarks/run",
    description = {
      "Times works of Thalweg and of the official PyTorch by turns, prints a table, and writes the"
          + " same rows to benchmarks/target/report.json.",
      "PyTorch runs in the python3 on the path; where that has no torch, ours run alone."
    },
    exitCodeListHeading = "%nStatus:%n",
    exitCodeList = {
      "0:measured",
      "1:a process failed: the works that were not left out are there",
      "2:wrong arguments",
      "3:the run is void from a moment on: of the machine's FMA peak PyTorch no longer reached in"
          + " matmul-f32-768 what it did at the beginning, or reached far more"
    },
    footerHeading = "%nWorks:%n")
public final class Compare implements Callable<Integer> {
  private static final int VOID = 3;
  private static final String PEERS = "thalweg.benchmarks.peers";
  private static final String TENSORFLOW = "thalweg.benchmarks.peers.tensorflow";
  private static final int MOST_THREADS = 1024;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "WORK",
      description = "Names of works, with * and ? as wildcards; all works by default.")
  private List<String> patterns = new ArrayList<>();

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "On how many threads, one or several numbers; 1,2 by default.")
  private List<Integer> threads = new ArrayList<>();

  @Option(
      names = "--forks",
      paramLabel = "N",
      description = "How often everything is measured in fresh processes; 3, or 1 with --quick.")
  private @Nullable Integer forks;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often ours and PyTorch take turns in each fork; 6, or 3 with --quick.")
  private @Nullable Integer rounds;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this and ends.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the option alone.
  private boolean help;

  @Option(
      names = "--page",
      description = {
        "Writes docs/performance.md and its picture as well, after each work, of its rows and of"
            + " those that were measured before on this processor, by the same Java, and the pages"
            + " of other processors; not with --quick. Where PyTorch is missing, rows beside it"
            + " stay."
      })
  private boolean page;

  @Option(
      names = "--rewrite",
      description = {
        "Measures nothing, and writes docs/performance.md, and the pages of other processors, again"
            + " from their .json and -profiles.md."
      })
  private boolean isRewritten;

  @Option(
      names = "--jvm-peers",
      description =
          "Measures libraries on the JVM as well, which are downloaded: DJL, ND4J,"
              + " TensorFlow Java, Tribuo.")
  private boolean onTheJvm;

  @Option(names = "--quick", description = "A glance at everything in some five minutes.")
  private boolean quick;

  private Compare() {}

  /// Runs the command and ends the JVM with its status.
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Compare());
    line.getCommandSpec()
        .usageMessage()
        .footer(Works.list().stream().map(work -> "  " + work.name()).toArray(String[]::new));
    line.setParameterExceptionHandler(Compare::wrongArguments);
    System.exit(line.execute(args));
  }

  private static int wrongArguments(ParameterException e, String[] args) {
    e.getCommandLine().getErr().println("benchmarks/run: " + e.getMessage() + ": try --help");
    return CommandLine.ExitCode.USAGE;
  }

  @Override
  public Integer call() throws IOException {
    Path home = Path.of(System.getProperty("thalweg.benchmarks", "benchmarks"));
    Path report = home.resolve("target/report.json");
    if (isRewritten) {
      Results.rewrite(home);
      return CommandLine.ExitCode.OK;
    }
    Plan plan = plan();
    Comparison comparison = new Comparison(plan, peers(home), System.err::println);
    // A report that is there was written by this run.
    Files.deleteIfExists(report);
    Results results = new Results(home, run(plan, home), page);
    int status = run(comparison, results);
    System.out.println(Report.table(results.rows()));
    return status;
  }

  private static int run(Comparison comparison, Results results) {
    PrintStream progress = System.err;
    try {
      comparison.run(samples -> results.add(samples, comparison.introduced()));
    } catch (Comparison.VoidRun e) {
      progress.println(
          "benchmarks/run: the run is void from here on: "
              + e.getMessage()
              + ": is the machine busy?");
      return VOID;
    } catch (IOException e) {
      progress.println("benchmarks/run: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (!comparison.failed().isEmpty()) {
      progress.println("benchmarks/run: left out: " + String.join(", ", comparison.failed()));
      return CommandLine.ExitCode.SOFTWARE;
    }
    return CommandLine.ExitCode.OK;
  }

  private static Run run(Plan plan, Path home) {
    String today = LocalDate.now(ZoneId.systemDefault()).toString();
    return new Run(Commit.of(home), today, plan.forks(), plan.pace().rounds());
  }

  private List<Peer> peers(Path home) {
    List<Peer> peers = new ArrayList<>(List.of(Peer.pytorch(home.resolve("peer.py"))));
    if (onTheJvm) {
      peers.addAll(Peer.onTheJvm(path(PEERS), path(TENSORFLOW)));
    }
    return peers;
  }

  private String path(String property) {
    String path = System.getProperty(property);
    if (path == null) {
      throw wrong("--jvm-peers needs the system property " + property + ": use benchmarks/run");
    }
    return path;
  }

  private Plan plan() {
    if (page && quick) {
      throw wrong("--page with --quick: a page is for whole measurements, leave out one");
    }
    Plan.Pace pace = quick ? Plan.Pace.QUICK : Plan.Pace.FULL;
    List<Integer> numbers = threads.isEmpty() ? List.of(1, 2) : threads;
    for (int number : numbers) {
      within("--threads", number, MOST_THREADS);
    }
    return new Plan(
        works(),
        numbers.stream().distinct().toList(),
        forks == null ? (quick ? 1 : 3) : within("--forks", forks, 100),
        rounds == null ? pace : pace.withRounds(within("--rounds", rounds, 1000)));
  }

  private int within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw wrong(option + " is " + value + ", use 1 to " + most);
    }
    return value;
  }

  private List<Work> works() {
    if (patterns.isEmpty()) {
      return Works.list();
    }
    List<PathMatcher> matchers = new ArrayList<>();
    for (String pattern : patterns) {
      PathMatcher matcher = matcher(pattern);
      if (Works.list().stream().noneMatch(work -> matcher.matches(Path.of(work.name())))) {
        throw wrong("no work matches [" + pattern + "]");
      }
      matchers.add(matcher);
    }
    return Works.list().stream()
        .filter(work -> matchers.stream().anyMatch(m -> m.matches(Path.of(work.name()))))
        .toList();
  }

  private PathMatcher matcher(String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      throw wrong("[" + pattern + "] is not a pattern");
    }
  }

  private ParameterException wrong(String message) {
    CommandSpec known = spec;
    if (known == null) {
      throw new IllegalStateException("compare: picocli has not set the command");
    }
    return new ParameterException(known.commandLine(), message);
  }
}
