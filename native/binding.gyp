{
  "targets": [
    {
      "target_name": "ringbeam",
      "sources": ["addon.cc", "attachment.cc", "guard.cc", "origin.cc", "slot.cc", "wake.cc", "watchdog.cc"],
      "include_dirs": ["<!(node -p \"require('node-addon-api').include_dir\")"],
      "defines": ["NAPI_VERSION=9", "NAPI_DISABLE_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED"],
      "cflags_cc": ["-fno-exceptions", "-fvisibility=hidden"],
      "xcode_settings": {
        "GCC_ENABLE_CPP_EXCEPTIONS": "NO",
        "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
        "MACOSX_DEPLOYMENT_TARGET": "11.0"
      },
      "conditions": [
        ["OS=='linux'", {
          # The slot table and the watchdog outlive the thread that loaded them first.
          "ldflags": ["-Wl,-z,nodelete"]
        }]
      ]
    }
  ]
}
