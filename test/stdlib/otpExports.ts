/**
 * What the modules of Erlang/OTP 25 export, recorded from `Module:module_info(exports)`. Of `erlang`: what has to do with
 * processes, names, nodes and timers.
 */
export const otpExports: Readonly<Record<string, string>> = {
  gen_server: `
    abcast/2 abcast/3 behaviour_info/1 call/2 call/3 cast/2 check_response/2 check_response/3
    enter_loop/3 enter_loop/4 enter_loop/5 format_log/1 format_log/2 format_status/2 init_it/6
    module_info/0 module_info/1 multi_call/2 multi_call/3 multi_call/4 receive_response/2
    receive_response/3 reply/2 reqids_add/3 reqids_new/0 reqids_size/1 reqids_to_list/1 send_request/2
    send_request/4 start/3 start/4 start_link/3 start_link/4 start_monitor/3 start_monitor/4 stop/1
    stop/3 system_code_change/4 system_continue/3 system_get_state/1 system_replace_state/2
    system_terminate/4 wait_response/2 wait_response/3 wake_hib/6
  `,
  gen_statem: `
    behaviour_info/1 call/2 call/3 cast/2 check_response/2 check_response/3 enter_loop/4 enter_loop/5
    enter_loop/6 format_log/1 format_log/2 format_status/2 init_it/6 module_info/0 module_info/1
    receive_response/1 receive_response/2 receive_response/3 reply/1 reply/2 reqids_add/3 reqids_new/0
    reqids_size/1 reqids_to_list/1 send_request/2 send_request/4 start/3 start/4 start_link/3
    start_link/4 start_monitor/3 start_monitor/4 stop/1 stop/3 system_code_change/4 system_continue/3
    system_get_state/1 system_replace_state/2 system_terminate/4 wait_response/1 wait_response/2
    wait_response/3 wakeup_from_hibernate/3
  `,
  gen_event: `
    add_handler/3 add_sup_handler/3 behaviour_info/1 call/3 call/4 check_response/2 check_response/3
    delete_handler/3 format_log/1 format_log/2 format_status/2 init_it/6 module_info/0 module_info/1
    notify/2 receive_response/2 receive_response/3 reqids_add/3 reqids_new/0 reqids_size/1
    reqids_to_list/1 send_request/3 send_request/5 start/0 start/1 start/2 start_link/0 start_link/1
    start_link/2 start_monitor/0 start_monitor/1 start_monitor/2 stop/1 stop/3 swap_handler/3
    swap_sup_handler/3 sync_notify/2 system_code_change/4 system_continue/3 system_get_state/1
    system_replace_state/2 system_terminate/4 wait_response/2 wait_response/3 wake_hib/5
    which_handlers/1
  `,
  supervisor: `
    behaviour_info/1 check_childspecs/1 check_childspecs/2 code_change/3 count_children/1 delete_child/2
    format_log/1 format_log/2 format_status/2 get_callback_module/1 get_childspec/2 handle_call/3
    handle_cast/2 handle_info/2 init/1 module_info/0 module_info/1 restart_child/2 start_child/2
    start_link/2 start_link/3 terminate/2 terminate_child/2 which_children/1
  `,
  proc_lib: `
    format/1 format/2 format/3 hibernate/3 init_ack/1 init_ack/2 init_p/3 init_p/5 initial_call/1
    module_info/0 module_info/1 report_cb/2 spawn/1 spawn/2 spawn/3 spawn/4 spawn_link/1 spawn_link/2
    spawn_link/3 spawn_link/4 spawn_opt/2 spawn_opt/3 spawn_opt/4 spawn_opt/5 start/3 start/4 start/5
    start_link/3 start_link/4 start_link/5 start_monitor/3 start_monitor/4 start_monitor/5 stop/1 stop/3
    translate_initial_call/1 wake_up/3
  `,
  sys: `
    change_code/4 change_code/5 debug_options/1 get_debug/3 get_log/1 get_state/1 get_state/2
    get_status/1 get_status/2 handle_debug/4 handle_system_msg/6 handle_system_msg/7 install/2 install/3
    log/2 log/3 log_to_file/2 log_to_file/3 module_info/0 module_info/1 no_debug/1 no_debug/2
    print_log/1 remove/2 remove/3 replace_state/2 replace_state/3 resume/1 resume/2 statistics/2
    statistics/3 suspend/1 suspend/2 suspend_loop_hib/6 terminate/2 terminate/3 trace/2 trace/3
  `,
  pg: `
    demonitor/1 demonitor/2 get_local_members/1 get_local_members/2 get_members/1 get_members/2
    handle_call/3 handle_cast/2 handle_info/2 init/1 join/2 join/3 leave/2 leave/3 module_info/0
    module_info/1 monitor/1 monitor/2 monitor_scope/0 monitor_scope/1 start/1 start_link/0 start_link/1
    terminate/2 which_groups/0 which_groups/1 which_local_groups/0 which_local_groups/1
  `,
  timer: `
    apply_after/4 apply_interval/4 cancel/1 code_change/3 exit_after/2 exit_after/3 handle_call/3
    handle_cast/2 handle_info/2 hms/3 hours/1 init/1 kill_after/1 kill_after/2 minutes/1 module_info/0
    module_info/1 now_diff/2 seconds/1 send_after/2 send_after/3 send_interval/2 send_interval/3 sleep/1
    start/0 start_link/0 tc/1 tc/2 tc/3 terminate/2
  `,
  erlang: `
    alias/0 alias/1 bump_reductions/1 cancel_timer/1 cancel_timer/2 check_process_code/2
    check_process_code/3 demonitor/1 demonitor/2 disconnect_node/1 erase/0 erase/1 error/1 error/2
    error/3 exit/1 exit/2 exit_signal/2 garbage_collect/0 garbage_collect/1 garbage_collect/2 get/0
    get/1 get_cookie/0 get_cookie/1 get_keys/0 get_keys/1 group_leader/0 group_leader/2 halt/0 halt/1
    halt/2 hibernate/3 is_alive/0 is_pid/1 is_process_alive/1 is_reference/1 link/1 list_to_pid/1
    list_to_ref/1 make_ref/0 memory/0 memory/1 monitor/2 monitor/3 monitor_node/2 monitor_node/3 node/0
    node/1 nodes/0 nodes/1 nodes/2 pid_to_list/1 process_display/2 process_flag/2 process_flag/3
    process_info/1 process_info/2 processes/0 put/2 raise/3 read_timer/1 read_timer/2 ref_to_list/1
    register/2 registered/0 resume_process/1 self/0 send/2 send/3 send_after/3 send_after/4
    send_nosuspend/2 send_nosuspend/3 seq_trace/2 seq_trace_info/1 seq_trace_print/1 seq_trace_print/2
    set_cookie/1 set_cookie/2 setnode/2 setnode/3 spawn/1 spawn/2 spawn/3 spawn/4 spawn_link/1
    spawn_link/2 spawn_link/3 spawn_link/4 spawn_monitor/1 spawn_monitor/2 spawn_monitor/3
    spawn_monitor/4 spawn_opt/2 spawn_opt/3 spawn_opt/4 spawn_opt/5 spawn_request/1 spawn_request/2
    spawn_request/3 spawn_request/4 spawn_request/5 spawn_request_abandon/1 start_timer/3 start_timer/4
    statistics/1 suspend_process/1 suspend_process/2 system_flag/2 system_info/1 system_monitor/0
    system_monitor/1 system_monitor/2 system_profile/0 system_profile/2 throw/1 trace/3
    trace_delivered/1 trace_info/2 trace_pattern/2 trace_pattern/3 unalias/1 unlink/1 unregister/1
    whereis/1 yield/0
  `,
  erpc: `
    call/2 call/3 call/4 call/5 call_result/4 cast/2 cast/4 check_response/2 check_response/3
    execute_call/3 execute_call/4 execute_cast/3 is_arg_error/4 module_info/0 module_info/1
    multicall/2 multicall/3 multicall/4 multicall/5 multicast/2 multicast/4 receive_response/1
    receive_response/2 receive_response/3 reqids_add/3 reqids_new/0 reqids_size/1 reqids_to_list/1
    send_request/2 send_request/4 send_request/6 trim_stack/4 wait_response/1 wait_response/2
    wait_response/3
  `,
  global: `
    code_change/3 del_lock/1 del_lock/2 disconnect/0 get_locker/0 handle_call/3 handle_cast/2
    handle_info/2 info/0 init/1 module_info/0 module_info/1 notify_all_name/3 random_exit_name/3
    random_notify_name/3 re_register_name/2 re_register_name/3 register_name/2 register_name/3
    register_name_external/2 register_name_external/3 registered_names/0 resolve_it/4 send/2
    set_lock/1 set_lock/2 set_lock/3 start/0 start_link/0 stop/0 sync/0 sync/1 terminate/2 trans/2
    trans/3 trans/4 unregister_name/1 unregister_name_external/1 whereis_name/1
  `,
};
