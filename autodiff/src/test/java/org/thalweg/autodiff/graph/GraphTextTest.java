package org.thalweg.autodiff.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.thalweg.autodiff.Parameter;
import org.thalweg.autodiff.Tensor;

class GraphTextTest {
  @Test
  void aGraphIsDrawnFromItsResultToItsLeaves() {
    Parameter w = new Parameter("fc.weight", Tensor.ones(2, 3));
    Tensor x = Tensor.ones(4, 3);
    String text = GraphText.graphviz(x.matmulTransposed(w).relu().sum());
    assertThat(text)
        .isEqualTo(
            """
            digraph tensor {
              rankdir=BT;
              n0 [label="sum\\nFLOAT32 []", shape=box];
              n1 -> n0;
              n1 [label="relu\\nFLOAT32 [4, 2]", shape=box];
              n2 -> n1;
              n2 [label="matmul\\nFLOAT32 [4, 2]", shape=box];
              n3 -> n2;
              n3 [label="fc.weight\\nFLOAT32 [2, 3]", shape=ellipse];
            }
            """);
  }

  @Test
  void whatIsUsedTwiceIsDrawnOnceWithTwoEdges() {
    Tensor x = Tensor.of(1.0).tracked();
    String text = GraphText.graphviz(x.times(x));
    assertThat(text).containsOnlyOnce("label=\"input\\nFLOAT64 [1]\", shape=ellipse");
    assertThat(text.split("n1 -> n0;", -1)).hasSize(3);
  }

  @Test
  void namesCannotBreakOutOfTheirQuotes() {
    Parameter w = new Parameter("a\"b\\c", Tensor.of(1f));
    assertThat(GraphText.graphviz(w)).contains("label=\"a\\\"b\\\\c\\nFLOAT32 [1]\"");
  }

  @Test
  void aConstantHasNoGraph() {
    assertThat(GraphText.graphviz(Tensor.of(1f))).isEqualTo("digraph tensor {\n  rankdir=BT;\n}\n");
  }

  @Test
  void aFlowchartForMarkdown() {
    Parameter w = new Parameter("layer.w", Tensor.of(new float[][] {{1, 2}}));
    Tensor x = Tensor.of(new float[][] {{3, 4}}).tracked();

    assertThat(GraphText.mermaid(x.times(w).tanh()))
        .isEqualTo(
            """
            flowchart BT
              n0["tanh<br/>FLOAT32 [1, 2]"]
              n1 --> n0
              n1["times<br/>FLOAT32 [1, 2]"]
              n2 --> n1
              n3 --> n1
              n2(["input<br/>FLOAT32 [1, 2]"])
              n3(["layer.w<br/>FLOAT32 [1, 2]"])
            """);
    assertThat(GraphText.mermaid(Tensor.of(1f))).isEqualTo("flowchart BT\n");
  }

  @Test
  void namesCannotBreakOutOfAFlowchart() {
    Parameter w = new Parameter("a\"]; <b> & #c\nd", Tensor.of(1f));
    assertThat(GraphText.mermaid(w))
        .contains("n0([\"a#quot;]; #lt;b#gt; #amp; #35;c d<br/>FLOAT32 [1]\"])");
    assertThat(GraphText.graphviz(w)).contains("label=\"a\\\"]; <b> & #c d\\nFLOAT32 [1]\"");
  }
}
