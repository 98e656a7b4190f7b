package org.thalweg.autodiff.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@Timeout(300)
@DisabledIfSystemProperty(named = "thalweg.warmup", matches = "eager")
@Tag("alone")
class WarmUpTest {
  private static final String ON_PURPOSE = "failure of a test, on purpose";

  /// Allocates in its first calls only, as a kernel does until it is compiled.
  private static final class Imitation implements Runnable {
    private final int allocating;
    private final AtomicInteger calls = new AtomicInteger();

    // Nobody reads it: it keeps the allocation from being optimised away.
    @SuppressWarnings("UnusedVariable")
    private volatile Object kept = "";

    Imitation(int allocating) {
      this.allocating = allocating;
    }

    @Override
    public void run() {
      if (calls.incrementAndGet() <= allocating) {
        kept = new byte[16];
      }
    }
  }

  @Test
  void aKernelIsWarmWithTheFirstCallThatAllocatesNothing() {
    long warmed = WarmUp.warmed();
    AtomicInteger switched = new AtomicInteger();
    Imitation kernel = new Imitation(37);
    WarmUp.submit("imitation", kernel, switched::incrementAndGet);
    WarmUp.await();
    assertThat(switched).hasValue(1);
    assertThat(kernel.calls.get()).isGreaterThanOrEqualTo(38);
    assertThat(WarmUp.warmed() - warmed).isGreaterThanOrEqualTo(1);
  }

  @Test
  void hundredsOfKernelsAllBecomeWarm() {
    AtomicInteger switched = new AtomicInteger();
    for (int i = 0; i < 300; i++) {
      WarmUp.submit("imitation " + i, new Imitation(i), switched::incrementAndGet);
    }
    WarmUp.await();
    assertThat(switched).hasValue(300);
  }

  @Test
  void aKernelThatFailsIsGivenUpAndTheOthersGoOn() {
    List<String> warnings = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(WarmUp.class.getPackageName());
    logger.setUseParentHandlers(false);
    logger.setFilter(record -> warnings.add(record.getMessage()));
    AtomicInteger failed = new AtomicInteger();
    AtomicInteger switched = new AtomicInteger();
    WarmUp.submit(
        ON_PURPOSE,
        () -> {
          throw new IllegalStateException("on purpose");
        },
        failed::incrementAndGet);
    WarmUp.submit("imitation", new Imitation(3), switched::incrementAndGet);
    WarmUp.await();
    logger.setFilter(null);
    logger.setUseParentHandlers(true);
    assertThat(warnings)
        .containsExactly("warm-up of [failure of a test, on purpose] failed: it stays scalar");
    assertThat(failed).hasValue(0);
    assertThat(switched).hasValue(1);
    assertThat(WarmUp.abandoned()).contains(ON_PURPOSE);
  }

  @Test
  void kernelsRunOnOneDaemonThreadOfTheirOwn() {
    AtomicReference<Thread> first = new AtomicReference<>();
    AtomicReference<Thread> second = new AtomicReference<>();
    WarmUp.submit("first", new Imitation(0), () -> first.set(Thread.currentThread()));
    WarmUp.submit("second", new Imitation(0), () -> second.set(Thread.currentThread()));
    WarmUp.await();
    assertThat(first.get().isDaemon()).isTrue();
    assertThat(first.get()).isNotSameAs(Thread.currentThread()).isSameAs(second.get());
  }

  @Test
  void submittingDoesNotWait() throws Exception {
    CountDownLatch submitted = new CountDownLatch(1);
    AtomicInteger switched = new AtomicInteger();
    WarmUp.submit(
        "waits for its submitter",
        () -> {
          try {
            submitted.await();
          } catch (InterruptedException interruption) {
            throw new AssertionError(interruption);
          }
        },
        switched::incrementAndGet);
    submitted.countDown();
    WarmUp.await();
    assertThat(switched).hasValue(1);
  }
}
