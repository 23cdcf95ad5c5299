// Who started what runs: a token that V8 keeps with every promise reaction and puts back while that runs (it is
// made for AsyncLocalStorage, which uses it from Node 24 on, and costs nothing where nobody asks).

#ifndef RINGBEAM_ORIGIN_H_
#define RINGBEAM_ORIGIN_H_

#include <v8.h>

namespace ringbeam {

// Of the JavaScript that runs on this thread now; undefined if nobody set one.
v8::Local<v8::Value> currentOrigin(v8::Isolate* isolate);

void setOrigin(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Value> origin);

// From now on each promise that is rejected with nobody to hear of it remembers its origin. Node 24 does so itself;
// where Node does not let us, nothing is remembered.
void rememberRejections(v8::Isolate* isolate);

// Whose that rejection was.
v8::Local<v8::Value> originOfRejection(v8::Isolate* isolate, v8::Local<v8::Object> promise);

}  // namespace ringbeam

#endif  // RINGBEAM_ORIGIN_H_
