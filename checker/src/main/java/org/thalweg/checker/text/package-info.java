/// Numbers, places and pictures as reports write them.
@NullMarked
package org.thalweg.checker.text;

import org.jspecify.annotations.NullMarked;
