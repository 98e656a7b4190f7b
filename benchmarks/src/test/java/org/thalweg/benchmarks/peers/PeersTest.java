package org.thalweg.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeersTest {
  @Test
  void productsAndFunctionsHaveTheNamesOfTheWorks() {
    List<String> prepared = new ArrayList<>();
    Peers peers = new Peers();
    peers.addProducts((isDouble, size) -> () -> prepared.add(isDouble + " " + size));
    peers.addFunction("exp", side -> () -> prepared.add("exp " + side));
    assertThat(peers.ways()).hasSize(12).containsEntry("matmul-f32-96", List.of(""));
    for (String work : List.of("matmul-f32-96", "matmul-f64-1536", "exp-10k", "exp-1m")) {
      peers.prepare(work).run();
    }
    assertThat(prepared).containsExactly("false 96", "true 1536", "exp 100", "exp 1000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peers.prepare("dance"))
        .withMessage("work: there is no [dance]");
  }

  @Test
  void aVersionIsThatOfTheJar() {
    assertThat(Peers.version(Test.class, "com.fasterxml.jackson.core", "jackson-core"))
        .matches("[0-9.]+");
    assertThatIllegalStateException()
        .isThrownBy(() -> Peers.version(Peers.class, "no", "such"))
        .withMessage("version: there is no [/META-INF/maven/no/such/pom.properties]");
  }

  @Test
  void tensorflowHasAPathAndAnEnvironmentOfItsOwn() {
    List<Peer> peers = Peer.onTheJvm("one", "other");
    assertThat(peers)
        .extracting(Peer::name)
        .containsExactly("DJL", "ND4J", "Tribuo", "TensorFlow Java");
    assertThat(peers.get(0).command()).contains("one").doesNotContain("other", "env");
    assertThat(peers.get(3).command())
        .startsWith("env", "TF_OVERRIDE_GLOBAL_THREADPOOL=1")
        .contains("other")
        .doesNotContain("one");
  }
}
