/// Hand-drawn digits for the examples: images made from strokes, so that a program can train on
/// real-looking input without a download.
@NullMarked
package org.thalweg.examples.digits;

import org.jspecify.annotations.NullMarked;
