#include "CFiles.h"

#ifndef __has_embed
#error "This compiler has no #embed; those of Swift 6.1 and later do."
#endif
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char page_html[] = {
#embed "../Explorer/Page/page.html"
};

static const unsigned char style_css[] = {
#embed "../Explorer/Page/style.css"
};

static const unsigned char numbers_js[] = {
#embed "../Explorer/Page/numbers.js"
};

static const unsigned char scales_js[] = {
#embed "../Explorer/Page/scales.js"
};

static const unsigned char records_js[] = {
#embed "../Explorer/Page/records.js"
};

static const unsigned char quantities_js[] = {
#embed "../Explorer/Page/quantities.js"
};

static const unsigned char store_js[] = {
#embed "../Explorer/Page/store.js"
};

static const unsigned char dom_js[] = {
#embed "../Explorer/Page/dom.js"
};

static const unsigned char paper_js[] = {
#embed "../Explorer/Page/paper.js"
};

static const unsigned char colors_js[] = {
#embed "../Explorer/Page/colors.js"
};

static const unsigned char plot_js[] = {
#embed "../Explorer/Page/plot.js"
};

static const unsigned char timebar_js[] = {
#embed "../Explorer/Page/timebar.js"
};

static const unsigned char networks_js[] = {
#embed "../Explorer/Page/networks.js"
};

static const unsigned char profiles_js[] = {
#embed "../Explorer/Page/profiles.js"
};

static const unsigned char heatmaps_js[] = {
#embed "../Explorer/Page/heatmaps.js"
};

static const unsigned char curves_js[] = {
#embed "../Explorer/Page/curves.js"
};

static const unsigned char doctor_js[] = {
#embed "../Explorer/Page/doctor.js"
};

static const unsigned char layerpage_js[] = {
#embed "../Explorer/Page/layerpage.js"
};

static const unsigned char predict_js[] = {
#embed "../Explorer/Page/predict.js"
};

static const unsigned char chooser_js[] = {
#embed "../Explorer/Page/chooser.js"
};

static const unsigned char theme_js[] = {
#embed "../Explorer/Page/theme.js"
};

static const unsigned char live_js[] = {
#embed "../Explorer/Page/live.js"
};

static const unsigned char play_js[] = {
#embed "../Explorer/Page/play.js"
};

static const unsigned char main_js[] = {
#embed "../Explorer/Page/main.js"
};

static const unsigned char gradflow_recorder_py[] = {
#embed "../gradflow/Recorder/gradflow_recorder.py"
};

#define FILE(name, bytes) {name, bytes, sizeof(bytes)}

static const gf_file files[] = {
    FILE("page.html", page_html),
    FILE("style.css", style_css),
    FILE("numbers.js", numbers_js),
    FILE("scales.js", scales_js),
    FILE("records.js", records_js),
    FILE("quantities.js", quantities_js),
    FILE("store.js", store_js),
    FILE("dom.js", dom_js),
    FILE("paper.js", paper_js),
    FILE("colors.js", colors_js),
    FILE("plot.js", plot_js),
    FILE("timebar.js", timebar_js),
    FILE("networks.js", networks_js),
    FILE("profiles.js", profiles_js),
    FILE("heatmaps.js", heatmaps_js),
    FILE("curves.js", curves_js),
    FILE("doctor.js", doctor_js),
    FILE("layerpage.js", layerpage_js),
    FILE("predict.js", predict_js),
    FILE("chooser.js", chooser_js),
    FILE("theme.js", theme_js),
    FILE("live.js", live_js),
    FILE("play.js", play_js),
    FILE("main.js", main_js),
    FILE("gradflow_recorder.py", gradflow_recorder_py),
};

const gf_file *const gf_files = files;
const size_t gf_file_count = sizeof(files) / sizeof(files[0]);
