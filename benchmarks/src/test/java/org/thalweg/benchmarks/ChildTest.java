package org.thalweg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChildTest {
  @Test
  void freedMemoryStaysInTheProcess() throws Exception {
    String hello =
        "echo '{\"name\":\"Peer\",\"note\":\"'$MALLOC_TRIM_THRESHOLD_'\",\"works\":{}}'; cat";
    try (Child child = Child.start(List.of("sh", "-c", hello))) {
      assertThat(child.hello().note()).isEqualTo("2147483647");
    }
  }
}
