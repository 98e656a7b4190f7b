package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.thalweg.benchmarks.Message.Answer;
import org.thalweg.benchmarks.Message.Hello;
import org.thalweg.benchmarks.Message.Request;

class ServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Warms up for as many questions after it, and refuses one work.
  private static final class Library implements Server.Library {
    private final List<String> prepared = new ArrayList<>();
    private int cold;
    private boolean asksAgain;
    private int threads;
    private long repetitions;

    Library(int cold) {
      this.cold = cold;
    }

    @Override
    public Hello hello() {
      return new Hello("Library", "", Map.of());
    }

    @Override
    public void setThreads(int number) {
      threads = number;
    }

    @Override
    public Runnable prepare(String work, String way) {
      prepared.add(work);
      if (work.equals("refused")) {
        throw new IllegalArgumentException("work: refused");
      }
      return () -> repetitions++;
    }

    @Override
    public boolean isWarmingUp() {
      return asksAgain ? cold > 0 && cold-- % 2 == 0 : cold-- > 0;
    }
  }

  @Test
  void aWarmUpLastsUntilNothingIsWarmingUpAnyMore() throws IOException {
    Library library = new Library(20);

    Answer answer = ask(library, new Request("work", "", 3, 1e-3, true)).get(0);

    assertThat(answer.isSettled()).isTrue();
    assertThat(answer.error()).isNull();
    // Three windows and the one before them, each with a question before and after it.
    assertThat(library.cold).isLessThanOrEqualTo(-7);
    assertThat(library.threads).isEqualTo(3);
    assertThat(library.repetitions).isPositive();
  }

  /// A repetition may ask for kernels that none asked for before.
  @Test
  void aWindowInWhichSomethingWarmsUpDoesNotCount() throws IOException {
    Library library = new Library(100);
    library.asksAgain = true;

    Answer answer = ask(library, new Request("work", "", 1, 1e-3, true)).get(0);

    assertThat(answer.isSettled()).isTrue();
    assertThat(library.cold).isZero();
  }

  @Test
  void aTurnAsksNothing() throws IOException {
    Library library = new Library(20);

    Answer answer = ask(library, new Request("work", "", 1, 1e-3, false)).get(0);

    assertThat(answer.isSettled()).isTrue();
    assertThat(answer.nanos()).isPositive();
    assertThat(library.cold).isEqualTo(20);
  }

  @Test
  void aWorkAndItsLimitStayReady() throws IOException {
    Library library = new Library(0);

    ask(library, turn("a"), turn("b"), turn("a"), turn("c"), turn("a"), turn("b"));

    assertThat(library.prepared).containsExactly("a", "b", "c", "b");
  }

  @Test
  void aWorkThatFailsIsAnsweredWithItsReason() throws IOException {
    List<Answer> answers = ask(new Library(0), turn("refused"), turn("work"));

    assertThat(answers.get(0).error()).contains("work: refused");
    assertThat(answers.get(1).error()).isNull();
  }

  private static Request turn(String work) {
    return new Request(work, "", 1, 1e-4, false);
  }

  private static List<Answer> ask(Library library, Request... requests) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (Request request : requests) {
      lines.append(JSON.writeValueAsString(request)).append('\n');
    }
    byte[] in = lines.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Server.serve(
        library, new ByteArrayInputStream(in), new PrintStream(out, true, StandardCharsets.UTF_8));
    List<Answer> answers = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().skip(1).toList()) {
      answers.add(JSON.readValue(line, Answer.class));
    }
    return answers;
  }
}
