/// Works of ours beside the same works of a peer, in one run, and the report on them.
@NullMarked
package org.thalweg.benchmarks;

import org.jspecify.annotations.NullMarked;
