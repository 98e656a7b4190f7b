/// What is timed, and the limits of the machine that it is measured against.
@NullMarked
package org.thalweg.benchmarks.work;

import org.jspecify.annotations.NullMarked;
